import { z } from "zod"
import { isDigest, type ReleaseRecord, recordDigest } from "../../domain/index.ts"
import { type Envelope, payloadOf } from "./dsse.ts"
import { predicateTypes, statementText, subjectOf } from "./statement.ts"

/** The call that built a release. */
export interface Invocation {
  /** Unique per call. */
  readonly id: string
  /** A person, or the address of a CI job; null where the call does not say. */
  readonly actor: string | null
  /** RFC 3339 date-time. */
  readonly started: string
}

/**
 * SLSA provenance v1 of a release's images: what was built (version, tag, platforms), from which commit and tree, with
 * which tools by digest, by which version of Signalbox on which engine, in which call.
 */
export function provenanceStatement(record: ReleaseRecord, invocation: Invocation): string {
  const { source, builder, images } = record
  return statementText(
    images.map(({ repository, digest }) => subjectOf(repository, digest)),
    predicateTypes.provenance,
    {
      buildDefinition: {
        buildType: "urn:signalbox:build:v1",
        externalParameters: {
          project: record.project,
          version: record.version,
          ...(source.tag === undefined ? {} : { tag: source.tag }),
        },
        internalParameters: {
          platforms: Object.fromEntries(images.map(({ component, platform }) => [component, platform])),
        },
        resolvedDependencies: [
          { name: "source", digest: { gitCommit: source.commit, gitTree: source.tree } },
          ...toolImages(record),
        ],
      },
      runDetails: {
        builder: {
          id: "urn:signalbox:builder:v1",
          version: { [builder.name]: builder.version, dagger: builder.engine },
        },
        metadata: {
          invocationId: invocation.id,
          startedOn: invocation.started,
          finishedOn: record.created,
        },
        byproducts: byproducts(record, invocation),
      },
    },
  )
}

/** Whether a stored provenance says of a record what it said when the record was made: all but its call follows from that. */
export function isProvenanceOf(record: ReleaseRecord, envelope: Envelope): boolean {
  const text = new TextDecoder().decode(payloadOf(envelope))
  const invocation = invocationIn(text)
  return invocation !== null && text === provenanceStatement(record, invocation)
}

const stated = z.object({
  predicate: z.object({
    runDetails: z.object({
      metadata: z.object({ invocationId: z.string(), startedOn: z.string() }),
      byproducts: z.array(z.object({ annotations: z.object({ actor: z.string() }).optional() })).min(1),
    }),
  }),
})

function invocationIn(text: string): Invocation | null {
  try {
    const { metadata, byproducts } = stated.parse(JSON.parse(text)).predicate.runDetails
    const actor = byproducts[0]?.annotations?.actor ?? null
    return { id: metadata.invocationId, actor, started: metadata.startedOn }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}

/** The images of the tools that judged, as far as their digests are known. */
function toolImages({ gates }: ReleaseRecord) {
  const images = new Set(gates.flatMap((gate) => gate.tools.flatMap(({ image }) => image ?? [])))
  return [...images].sort().flatMap((image) => {
    const digest = image.slice(image.indexOf("@") + 1)
    return isDigest(digest) ? [{ uri: image, digest: { sha256: digest.slice(7) } }] : []
  })
}

function byproducts(record: ReleaseRecord, { actor }: Invocation) {
  const by = actor === null ? {} : { annotations: { actor } }
  return [
    { ...subjectOf("record.json", recordDigest(record)), ...by },
    ...record.gates.map(({ gate, reportDigest }) => subjectOf(`gates/${gate}.json`, reportDigest)),
  ]
}
