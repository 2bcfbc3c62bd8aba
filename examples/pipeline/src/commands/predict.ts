import { Command } from 'commander';

export const predictCommand = (): Command => new Command('predict');
