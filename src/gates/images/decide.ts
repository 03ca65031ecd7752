import {
  type ArchiveFacts,
  againstBudget,
  hardeningProblems,
  type ImageLabel,
  imageLabel,
  imageSize,
  inMegabytes,
  megabytes,
} from "../../build/index.ts"
import type { Component } from "../../config/index.ts"
import type { ToolFinding } from "../../domain/index.ts"
import type { ComponentBase, UnpinnedImage } from "../../languages/index.ts"
import type { Judgement } from "../gate.ts"

/**
 * One image against its budget and the rules for images.
 * @param label how it is called. Default: as the only one of its component.
 */
export function judgeImage(
  name: string,
  component: Pick<Component, "maxImageMb" | "language"> &
    Pick<ComponentBase, "user" | "port" | "platform" | "platforms">,
  facts: ArchiveFacts,
  unpinned: readonly UnpinnedImage[] = [],
  label: ImageLabel = imageLabel(name),
): Judgement {
  const size = imageSize(name, component, facts)
  const findings = hardeningProblems(facts, component).map(
    ({ message, stated }): ToolFinding => ({
      ...finding(name, label, "image-hardening", message, message),
      // A rule that the configuration does not state is reported, and refuses nothing.
      ...(stated ? {} : { severity: "info" }),
    }),
  )
  if (!size.withinBudget && size.budget !== undefined)
    findings.push({
      ...finding(
        name,
        label,
        "image-too-large",
        `is ${megabytes(size.bytes)}, ${megabytes(size.budget)} are allowed`,
        name,
      ),
      fix: "leave out what it does not need, or raise maxImageMb",
      measured: { value: inMegabytes(size.bytes), better: "lower", unit: "MB" },
    })
  findings.push(...unpinned.map((one) => unpinnedFinding(name, one)))
  return {
    findings,
    errors: [],
    summary: `${label.name}: ${megabytes(size.bytes)} ${againstBudget(size.budget)}`,
    tools: [],
    figures: { [`${name}Bytes`]: size.bytes },
    reports: { [`${label.path}.json`]: `${JSON.stringify(facts, undefined, 2)}\n` },
  }
}

/** An image that is built elsewhere may be an index: it is published whole, which is refused where it has more than was looked at. */
export function withPlatform(judged: Judgement, { platform }: ArchiveFacts): Judgement {
  return { ...judged, summary: `${judged.summary}, looked at for ${platform} alone` }
}

function finding(
  component: string,
  { name, place }: ImageLabel,
  rule: string,
  message: string,
  subject: string,
): ToolFinding {
  return {
    rule,
    severity: "high",
    message: `the image of ${name} ${message}`,
    location: { file: place },
    component,
    subject,
  }
}

/** Reported and not refused: the evidence records the image by its own digest and packages. */
function unpinnedFinding(component: string, { image, file, line }: UnpinnedImage): ToolFinding {
  return {
    rule: "image-unpinned",
    severity: "info",
    message: `${image} is named without its digest: it is another image tomorrow`,
    location: { file, line },
    component,
    fix: "name it as NAME:TAG@sha256:…",
    subject: image,
  }
}
