// A job that does nothing, for the queue suite.
import { jobWorker } from 'diff-pipeline/jobs';

const worker = jobWorker<null, number, null>({ work: async () => 0 });
export const { setup } = worker;
export default worker.run;
