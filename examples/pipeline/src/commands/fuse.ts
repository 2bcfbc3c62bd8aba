import { Command } from 'commander';

export const fuseCommand = (): Command => new Command('fuse');
