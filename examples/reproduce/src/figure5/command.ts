import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '@diff/train/node';
import { Command } from 'commander';
import { runFolder } from 'diff-pipeline';
import { armsOf, labelsOf, readGallery } from 'diff-pipeline/report';
import { publish } from '../shared/page.js';
import { type PipelineOptions, pipelineRuns, withPipelineOptions } from '../shared/pipeline-runs.js';
import { drawFigure5 } from './picture.js';

/** The paper's Figure 5: what every rater, fusion and network makes of some test cases, from the runs of Table 2. */
export const figure5Command = () =>
  withPipelineOptions(new Command('figure5'))
    .description('test cases with every rater’s contour, the fused labels and the predictions, as a picture')
    .addHelpText('after', '\nIt draws the runs of table2, and makes those that are not there yet.')
    .action(async (options: PipelineOptions) => {
      for await (const { task, folder, results, origin } of pipelineRuns(options)) {
        const { gallery } = runFolder(folder);
        const pictures = await readGallery(readFileSync(gallery), gallery);
        const path = join(folder, 'figure5.png');
        const masks = [...labelsOf(results), ...armsOf(results)];
        await writeAtomically(path, await drawFigure5(pictures, results.data, masks));
        const ill = pictures.filter(({ diagnosis }) => diagnosis === 1).length;
        const [round, { structures }] = [origin.unit, results.data];
        const about =
          `${pictures.length} test cases of the first ${round}, ${ill} of them ill: the image, and the square around the ` +
          'outlines with every rater’s contour, the fused labels and the predictions, white where certainly inside' +
          `${structures.length > 1 ? `; a mask is the mean of ${structures.join(' and ')}` : ''}.`;
        const name = `figure5-${task}.png`;
        const shown = options.write ? `![${task}: contours, fused labels and predictions](${name})` : path;
        await publish(
          { section: `figure5-${task}`, body: `${about}\n\n${shown}`, files: { [name]: path }, ...origin },
          options.write,
        );
      }
    });
