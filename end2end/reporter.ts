// The summary of a run: the failures with their reasons, in a few lines that are easy to find, and a last line for
// other tools: "N passed, N failed".
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

const COLOURS = /\u001b\[\d+m/g;
const LINES_OF_A_REASON = 12;

export default class Summary implements Reporter {
  private passed = 0;
  private readonly failed: string[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === 'passed') {
      this.passed += 1;
      return;
    }
    const reasons = result.errors.map((error) => error.message ?? error.value ?? '').join('\n');
    const lines = reasons.replace(COLOURS, '').split('\n').filter((line) => line.trim() !== '');
    const title = test.titlePath().slice(2).join(' › ');
    this.failed.push([title, ...lines.slice(0, LINES_OF_A_REASON)].join('\n    '));
  }

  onEnd(_result: FullResult): void {
    for (const failure of this.failed) console.log(failure);
    console.log(`${this.passed} passed, ${this.failed.length} failed`);
  }
}
