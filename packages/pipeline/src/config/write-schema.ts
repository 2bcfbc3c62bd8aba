/** Writes config.schema.json: `npm run schema -w diff-pipeline`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configJsonSchema } from './json-schema.js';

writeFileSync(fileURLToPath(new URL('../../config.schema.json', import.meta.url)), configJsonSchema());
