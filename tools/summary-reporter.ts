import type { Reporter, TestModule } from 'vitest/node';

/**
 * Closes a run with the names of what failed and one plain line, `N passed, N failed, N skipped`, so that the end of any log says
 * it all.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const failed: string[] = [];
    const fails = (name: string, errors: readonly { message: string }[]) =>
      failed.push(
        `failed: ${name}: ${errors.map((error) => error.message.replace(/\s+/g, ' ').slice(0, 500)).join('; ')}`,
      );
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        count[result.state]++;
        tests++;
        if (result.state === 'failed') fails(`${module.relativeModuleId} > ${test.fullName}`, result.errors);
      }
      if (module.state() === 'failed') {
        if (tests === 0) count.failed++;
        if (module.errors().length > 0) fails(module.relativeModuleId, module.errors());
        for (const suite of module.children.allSuites()) {
          if (suite.errors().length > 0)
            fails(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors());
        }
      }
    }
    process.once('exit', () => {
      for (const line of failed) console.log(line);
      console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped`);
    });
  }
}
