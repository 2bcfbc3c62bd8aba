import { Command } from 'commander';

export const reproduceCommand = (): Command => new Command('reproduce');
