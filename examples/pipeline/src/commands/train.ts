import { Command } from 'commander';

export const trainCommand = (): Command => new Command('train');
