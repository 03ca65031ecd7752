/** Steps numbered from zero: exactly one unit test disagrees. */
export const failingTest = {
  file: "examples/intelligent-agent/backend/src/skills/checklist.ts",
  from: `\${index + 1}. \${step`,
  to: `\${index}. \${step`,
}
