/**
 * A boolean flag parsed as "any text is true": `READ_ONLY: "false"` makes the service read-only. Types, lint and unit
 * tests pass, and so does staging, which does not set the variable. Only production sets it.
 */
export const bug = {
  file: "examples/intelligent-agent/backend/src/config.ts",
  from: `  READ_ONLY: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),`,
  to: "  READ_ONLY: z.coerce.boolean().default(false),",
}
