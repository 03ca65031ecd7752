/** What a Dockerfile builds on, and whether it is another image tomorrow. */
import { expect, test } from "vitest"
import { basesOf } from "../../../src/languages/dockerfile/bases.ts"

const digest = `sha256:${"a".repeat(64)}`
const bases = (...lines: readonly string[]) =>
  basesOf(lines.join("\n")).map(({ image, line, pinned }) => `${line} ${image}${pinned ? " pinned" : ""}`)

test("images by digest are pinned, those by a name are not", () => {
  expect(
    bases("# syntax=docker/dockerfile:1", `FROM golang:1.22@${digest} AS build`, "FROM alpine:3.20"),
  ).toEqual([`2 golang:1.22@${digest} pinned`, "3 alpine:3.20"])
})

test("a stage of its own, a stage by number and scratch are nobody's image", () => {
  expect(
    bases(
      "FROM a AS Build",
      "FROM build AS test",
      "COPY --from=0 /x /x",
      "FROM scratch",
      "COPY --from=build /x /x",
    ),
  ).toEqual(["1 a"])
})

test("what is copied or mounted from an image counts", () => {
  expect(
    bases(
      "FROM scratch",
      "COPY --chown=1:1 --from=busybox:1 /bin/sh /sh",
      "RUN --mount=type=bind,from=tools:2,target=/t x",
    ),
  ).toEqual(["2 busybox:1", "3 tools:2"])
})

test("arguments before the first stage are filled in; one without a value stays, and is not pinned", () => {
  expect(
    bases(
      "ARG GO=golang:1.22",
      'ARG BASE="debian:12"',
      "ARG NONE",
      "FROM --platform=$BUILDPLATFORM $GO AS build",
      "ARG BASE=evil:1",
      `from \${BASE}`,
      `FROM \${NONE}`,
      `FROM \${OTHER:-alpine:3}`,
    ),
  ).toEqual(["4 golang:1.22", "6 debian:12", `7 \${NONE}`, "8 alpine:3"])
})

test("a build argument that is given wins over its default", () => {
  const text = `ARG BASE=debian:12\nFROM \${BASE}\n`
  expect(basesOf(text, { BASE: `debian@${digest}` })).toEqual([
    { image: `debian@${digest}`, line: 2, pinned: true },
  ])
})

test("instructions over several lines, with comments between them", () => {
  expect(bases("FROM \\", "  # not this", "  alpine:3 \\", "  AS base", "FROM base")).toEqual(["1 alpine:3"])
})
