import { type Command, Option } from 'commander';
import { numberWithin, wholeNumber } from './option-values.js';

/** How to find masks, images and diagnoses in a folder that has no published layout: `DataFlags`. */
export const dataOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--masks <pattern...>',
        "where masks are, in a folder of your own: '{id}_{rater}.png', 'masks/{structure}/{rater}/{id}.png', or one a structure: 'disc=disc/{id}_{rater}.png'",
      ),
    )
    .addOption(new Option('--images <pattern>', "where images are: 'images/{id}.{png,jpg}'"))
    .addOption(new Option('--labels <file>', 'a CSV or XLSX table of diagnoses, within the folder'))
    .addOption(
      new Option(
        '--columns <what=name...>',
        'columns of that table, by default id=id diagnosis=diagnosis; patient=… and split=… where it has them',
      ),
    )
    .addOption(new Option('--yes <word...>', 'words in it that mean ill, beside 1'))
    .addOption(new Option('--no <word...>', 'words in it that mean healthy, beside 0'))
    .addOption(
      new Option(
        '--above <level>',
        'a pixel is inside where its level is above this (default: 127)',
      ).argParser(numberWithin(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)),
    )
    .addOption(
      new Option('--soft', 'masks are degrees, level / 255, not inside or outside').conflicts('above'),
    )
    .addOption(
      new Option('--slice <number>', 'of volumes, which slice to take, from 0').argParser(wholeNumber(0)),
    )
    .addOption(slicesOption())
    .addOption(new Option('--structures <name...>', 'these alone'))
    .addOption(new Option('--raters <name...>', 'these alone'));

export const slicesOption = () =>
  new Option('--slices <which>', 'of LIDC: the middle slice of each nodule, or every one').choices([
    'middle',
    'all',
  ]);
