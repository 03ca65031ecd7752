/** Steps numbered from zero: exactly one unit test fails. */
export const failingTest = {
  file: "examples/intelligent-agent/backend/src/skills/checklist.ts",
  from: `\${index + 1}. \${step`,
  to: `\${index}. \${step`,
}
