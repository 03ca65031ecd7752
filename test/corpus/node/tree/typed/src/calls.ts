import { sum } from "./basket.ts"
import { missing } from "./nowhere.ts"

export const tooFew = sum()

export const enough = sum([])

export const unknownName = undefinedName

export const onlyText = "undefinedName: number = 'text'"

// @ts-expect-error the fixture passes a text on purpose
export const expected: number = "text"

export const told = missing
