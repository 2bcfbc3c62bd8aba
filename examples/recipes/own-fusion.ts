// A fusion of your own is a function from masks to one mask. Here: the one outline that agrees best with the others.
import { phantom } from '@diff/datasets';
import { dice } from '@diff/metrics';
import { type RaterMask, toExamples } from '@diff/train';

function medoid(masks: Record<string, RaterMask>): RaterMask {
  const drawn = Object.values(masks);
  const agreement = drawn.map((mask) => {
    return drawn.reduce((sum, other) => sum + dice(mask, other, { empty: 1 }), 0);
  });
  return drawn[agreement.indexOf(Math.max(...agreement))]!;
}

const cases = phantom('thyroid', { cases: 6, size: 64, seed: 1 });

// What trains a network takes it as it is.
const examples = await toExamples(cases.cases(), { fuse: (masks) => medoid(masks) });
for (const { id, masks } of examples)
  console.log(`${id}: ${masks[0]!.filter((value) => value > 0.5).length} pixels inside`);
