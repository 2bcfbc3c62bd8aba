import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DataFlags } from '../data/open-data.js';
import { allFilled, filled, numberOrName, numberWithin, wholeNumber } from './option-values.js';

/** How to find masks, images and diagnoses in a folder that has no published layout: `DataFlags`. */
export const dataOptions = (command: Command): Command =>
  [
    new Option(
      '--masks <pattern...>',
      "where masks are, in a folder of your own: '{id}_{rater}.png', 'masks/{structure}/{rater}/{id}.png', or one for each structure: 'disc=disc/{id}_{rater}.png'; files of annotation tools too: 'coco/{rater}.json'",
    ).argParser(allFilled),
    new Option('--images <pattern>', "where images are: 'images/{id}.{png,jpg}'").argParser(filled),
    new Option('--labels <file>', 'a CSV or XLSX table of diagnoses, within the folder').argParser(filled),
    new Option(
      '--patients <column>',
      'its column of patients (default: patient, where it has one)',
    ).argParser(filled),
    new Option(
      '--columns <what=name...>',
      'its columns, by default id=id diagnosis=diagnosis; patient=… and split=… where it has them',
    ).argParser(column),
    new Option('--yes <word...>', 'words in it that mean ill, beside 1').argParser(allFilled),
    new Option('--no <word...>', 'words in it that mean healthy, beside 0').argParser(allFilled),
    new Option('--above <level>', 'a pixel is inside where its level is above this').argParser(
      numberWithin(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    ),
    new Option('--soft', 'masks are degrees, not inside or outside').conflicts('above'),
    new Option(
      '--class <label>',
      "of masks with several labels, the one that is inside: its number, or an outline's label by name",
    )
      .argParser(numberOrName)
      .conflicts(['above', 'soft']),
    new Option(
      '--classes <name...>',
      'of masks with several labels, their names, each of which is a structure: disc cup for 1 and 2, or disc=3 cup=7',
    )
      .argParser(allFilled)
      .conflicts(['above', 'soft', 'class']),
    new Option('--nan <what>', 'NaN in files of floats is an error; outside takes it for 0').choices([
      'outside',
    ]),
    new Option(
      '--resample <how>',
      'masks that lie elsewhere than their image: nearest resamples them, index takes them as stored',
    ).choices(['nearest', 'index']),
    new Option('--slice <number>', 'of volumes, which slice to take, from 0').argParser(wholeNumber(0)),
    slicesOption(),
    new Option('--structures <name...>', 'these alone').argParser(allFilled),
    new Option('--raters <name...>', 'these alone').argParser(allFilled),
  ].reduce((all, option) => all.addOption(option), command);

export const volumeOption = () => new Option('--volume', 'reads volumes in one piece').conflicts(['slice']);

export const slicesOption = () =>
  new Option('--slices <which>', 'of LIDC: the middle slice of each nodule, or every one').choices([
    'middle',
    'all',
  ]);

function column(text: string, before: DataFlags['columns'] = {}): DataFlags['columns'] {
  const [, what, name] = /^(id|diagnosis|patient|split)=(.+)$/.exec(text) ?? [];
  if (what === undefined) throw new InvalidArgumentError('Expected id=…, diagnosis=…, patient=… or split=….');
  return { ...before, [what]: name };
}
