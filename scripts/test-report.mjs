import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * What one run of Vitest found. `skipped` names each test with its reason; `failed` names what went wrong.
 * @typedef {{ passed: number; failed: string[]; skipped: string[] }} TestReport
 */

/** A Vitest reporter that leaves a TestReport in the file named by DITTO_TEST_REPORT, for scripts/test.mjs. */
export default class {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {TestReport} */
    const report = { passed: 0, failed: [], skipped: [] };
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      if (module.errors().length > 0) report.failed.push(`${file}: could not be loaded`);
      for (const test of module.children.allTests()) {
        const name = `${file} > ${test.fullName}`;
        const result = test.result();
        if (result.state === 'passed') report.passed++;
        else if (result.state === 'skipped')
          report.skipped.push(`${name}: ${result.note ?? 'a condition in its file does not hold here'}`);
        else report.failed.push(name);
      }
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) report.failed.push(`${file} > ${suite.fullName}: a hook failed`);
      }
    }
    if (unhandledErrors.length > 0)
      report.failed.push(`${unhandledErrors.length} errors outside of any test`);
    writeFileSync(String(process.env.DITTO_TEST_REPORT), JSON.stringify(report));
  }
}
