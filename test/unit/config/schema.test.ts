import { expect, test } from "vitest"
import { z } from "zod"
import { environmentSchema, signalboxSchema, waiversSchema } from "../../../src/config/index.ts"

interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

/** Paths of the keys that the reference documentation could say nothing about. */
function undescribed(schema: Schema, path: string): readonly string[] {
  const { properties = {}, additionalProperties, items, anyOf = [], oneOf = [] } = schema
  const inner = typeof additionalProperties === "object" ? [additionalProperties] : []
  return [
    ...Object.entries(properties).flatMap(([key, value]) => [
      ...(value.description === undefined ? [`${path}.${key}`] : []),
      ...undescribed(value, `${path}.${key}`),
    ]),
    ...[...inner, ...(items === undefined ? [] : [items]), ...anyOf, ...oneOf].flatMap((one) =>
      undescribed(one, path),
    ),
  ]
}

test.each([
  ["signalbox.yaml", signalboxSchema],
  ["environments", environmentSchema],
  ["waivers", waiversSchema],
])("every key of %s is described", (name, schema) => {
  expect(undescribed(z.toJSONSchema(schema, { io: "input" }) as Schema, name)).toEqual([])
})
