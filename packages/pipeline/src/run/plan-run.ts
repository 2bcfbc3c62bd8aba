import { checkObject, checkString } from '@diff/checks';
import { checkConfig } from '../config/read-config.js';
import type { Config } from '../config/schema.js';
import { type Survey, surveyData } from '../steps/survey-data.js';
import { type Proposal, propose } from './propose.js';

/** What `planRun` proposes. */
export interface RunPlan {
  /** The whole configuration: what was given, what is proposed, and defaults for the rest. */
  config: Config;
  proposals: Proposal[];
  survey: Survey;
}

/**
 * Completes settings by what the data suggest. Settings that are given stay as they are.
 *
 * @param name What errors call the settings.
 * @throws UserError for settings or data that cannot be used.
 */
export async function planRun(settings: Record<string, unknown>, name?: string): Promise<RunPlan> {
  checkObject('planRun', 'settings', settings);
  if (name !== undefined) checkString('planRun', 'name', name);
  const told = checkConfig(settings, name);
  const survey = await surveyData(told);
  // Where there is nothing to go by, reading the data says why.
  if (survey.dataset.length === 0) return { config: told, proposals: [], survey };
  const isTold = (path: string) => settingAt(settings, path) !== undefined;
  const proposals = propose(told, survey, isTold);
  const completed = structuredClone(settings);
  for (const { path, value } of proposals) {
    const [section, key] = path.split('.') as [string, string];
    completed[section] = { ...(completed[section] as object | undefined), [key]: value };
  }
  return { config: checkConfig(completed, name), proposals, survey };
}

/** What settings say at `section.key`. */
export function settingAt(settings: object, path: string): unknown {
  const [section, key] = path.split('.') as [string, string];
  return (settings as Record<string, Record<string, unknown> | undefined>)[section]?.[key];
}
