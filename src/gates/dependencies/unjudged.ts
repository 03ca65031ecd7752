import type { ToolFinding } from "../../domain/index.ts"
import type { NotLooked } from "../engine/tree-tool/read.ts"
import { droppedIn } from "./entries.ts"
import { notSeen, readPom } from "./pom.ts"
import type { ScannedLock, ScanReading, Unread } from "./read.ts"
import { ledAway, ledTo, normal, pinnedIn, pinnedLines, unpinnedIn } from "./requirements.ts"

/** What nobody has looked up, as findings: none of it counts as clean. */
export function notLookedUp(reading: ScanReading, notLooked: readonly NotLooked[]): readonly ToolFinding[] {
  return numbered([
    ...reading.unread.map(({ file, why }) => unreadFinding(file, why)),
    // What could not be read at all is told once.
    ...reading.misread
      .filter(({ file }) => !reading.unread.some((one) => one.file === file))
      .map(misreadFinding),
    ...notLooked.map(unjudged),
    ...reading.scanned.flatMap((lock) => [
      ...withoutVersion(lock, reading),
      ...unmanaged(lock, reading),
      ...dropped(lock, reading),
    ]),
  ])
}

/** Any of its packages may be vulnerable. So no threshold lets it through: only a waiver, or a reason in the settings. */
function unreadFinding(file: string, why: string): ToolFinding {
  return {
    rule: "lock-file-unread",
    severity: "critical",
    message: `none of its packages was looked up: ${why}`,
    location: { file },
    fix: "write it anew with the package manager; or leave it out with a reason: gates.dependencies.leftOut",
    subject: file,
  }
}

/** What was looked up may be another package than is installed: that nothing was found in it is no news. */
function misreadFinding({ file, why }: Unread): ToolFinding {
  const message = `what was looked up may be other packages than those that it installs: ${why}`
  return { ...unreadFinding(file, why), message }
}

function dropped(lock: ScannedLock, { texts }: ScanReading): readonly ToolFinding[] {
  const why = droppedIn(lock, texts)
  if (why === undefined) return []
  const message = `not all of its packages were looked up: ${why}`
  return [{ ...unreadFinding(lock.file, why), message }]
}

function unjudged({ file, why, refuses }: NotLooked): ToolFinding {
  if (refuses === true) return unreadFinding(file, why)
  return {
    rule: "not-looked-at",
    severity: "info",
    message: `not looked at: ${why}`,
    location: { file },
    subject: why,
  }
}

/** A pom by itself names what the project needs, and not what that needs in turn; so does a go.mod of an older Go. */
export function halfKnown({ scanned, texts }: ScanReading): readonly NotLooked[] {
  return scanned.flatMap(({ file, form, withoutSum }) => {
    if (form === "pom.xml")
      return [{ file, why: "what its dependencies need in turn is not known without Maven" }]
    return withoutSum === true && isPartialModule(texts.get(file) ?? "")
      ? [{ file, why: "what its modules need in turn is not known without a go.sum beside it" }]
      : []
  })
}

/** Since Go 1.17 it names all modules; one that does not say its Go is of 1.16. */
function isPartialModule(text: string): boolean {
  const [, major, minor] = /^go[ \t]+(\d+)\.(\d+)/m.exec(text) ?? []
  const isOlder = major === undefined || (Number(major) === 1 && Number(minor) <= 16)
  return isOlder && /^[ \t]*require\b/m.test(text)
}

/**
 * A pom has the versions of many dependencies from its parents, which lie in repositories, and the scanner leaves out those of profiles. One that
 * only collects modules has no packages itself.
 */
function unmanaged(
  { file, form, passedOver, packages }: ScannedLock,
  { texts }: ScanReading,
): readonly ToolFinding[] {
  if (form !== "pom.xml") return []
  const pom = readPom(texts.get(file) ?? "<project/>")
  if (typeof pom === "string") return [unreadFinding(file, pom)]
  if (pom.collects) return []
  const names = packages.map(({ name }) => name)
  const unknown = Math.max(passedOver, notSeen(pom, names).length) + pom.inProfiles.length
  if (unknown === 0) return []
  return [
    {
      rule: "version-unknown",
      severity: "high",
      message: `${unknown} of its ${unknown + packages.length} dependencies have their versions from elsewhere: nothing was looked up for them`,
      location: { file },
      fix: "make it a component in Java, whose packages Maven resolves; or leave it out with a reason: gates.dependencies.leftOut",
      subject: "versions from elsewhere",
    },
  ]
}

/** Lines of requirement files that nothing could be looked up for, and files that they lead to and that are not there. */
function withoutVersion(lock: ScannedLock, { texts, locks }: ScanReading): readonly ToolFinding[] {
  const { file } = lock
  if (lock.form !== "requirements.txt") return []
  const text = texts.get(file) ?? ""
  const others = ledTo(file, text)
  const pinned = new Set(
    others.flatMap((one) => (one.constraint ? [...pinnedIn(texts.get(one.file) ?? "")] : [])),
  )
  const loose = unpinnedIn(text).filter(({ name }) => !pinned.has(normal(name) ?? ""))
  const gone = others.filter(
    (one) => !texts.has(one.file) && !locks.notLooked.some(({ file: known }) => known === one.file),
  )
  return [
    ...loose.map(({ line, text: said }) => ({
      rule: "version-unknown",
      severity: "high" as const,
      message: `${said} names no exact version: nothing was looked up for it`,
      location: { file, line },
      fix: "name the exact version: name==1.2.3",
      subject: said,
    })),
    ...overlooked(lock, text),
    ...gone.map((one) => unreadFinding(one.file, `${file} leads to it, and it is not in the tree`)),
    ...ledAway(text).map((one) => ({
      ...unreadFinding(file, `it leads to an address: ${one}`),
      subject: one,
    })),
  ]
}

/** Exact versions that stand there, and that the scanner did not see for whatever reason. */
function overlooked({ file, packages }: ScannedLock, text: string): readonly ToolFinding[] {
  const seen = new Set(packages.map(({ name }) => normal(name)))
  return pinnedLines(text)
    .filter(({ name }) => !seen.has(name))
    .map(({ line, name }) => ({
      rule: "version-unknown",
      severity: "high",
      message: `osv-scanner did not see ${name}: nothing was looked up for it`,
      location: { file, line },
      fix: "write it as pip freeze does: name==1.2.3 on a line of its own",
      subject: name,
    }))
}

/** One subject for each of several equal findings: a waiver is for one of them. */
export function numbered(findings: readonly ToolFinding[]): readonly ToolFinding[] {
  const seen = new Map<string, number>()
  return findings.map((one) => {
    const key = [one.rule, one.location?.file, one.subject].join("\0")
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return count === 1 ? one : { ...one, subject: `${one.subject} #${count}` }
  })
}
