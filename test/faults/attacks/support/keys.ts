import { newKeyPair } from "../../../../src/evidence/signing/key-pair.ts"

/** Whose signatures count, and whose do not. */
export const keys = { release: newKeyPair("ed25519"), attacker: newKeyPair("ed25519") }
