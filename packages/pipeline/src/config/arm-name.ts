import type { Arm } from './schema.js';

/** What an arm is called in results and files: `T&G on DF-GT`. */
export const armName = ({ network, label }: Arm) => `${network} on ${label}`;
