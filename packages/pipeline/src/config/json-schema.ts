import { z } from 'zod';
import { configSchema } from './schema.js';

/** `config.schema.json`, for editors: what a configuration file may hold. */
export const configJsonSchema = (): string =>
  `${JSON.stringify({ title: 'Configuration of diff-pipeline', ...z.toJSONSchema(configSchema, { io: 'input' }) }, null, 2)}\n`;
