import { type Rules, refusesNothing } from "../rule.ts"

const readOn = "docs/falco.md"

export const rules: Rules = {
  "falco-form": {
    what: "A file of rules is no YAML, no list of rules, macros and lists, or one of them has a key or a value that Falco does not read.",
    why: "Falco refuses the file when it starts, or starts without what the file says.",
    mend: "Correct it at the line: items are maps with rule, macro or list, and the keys of that kind.",
    readOn,
  },
  "falco-missing-key": {
    what: "A rule has no condition, desc, output or priority, a macro no condition, or a list no items.",
    why: "Falco refuses the whole file.",
    mend: "Add the key. To change a rule of another file, name what changes under override.",
    readOn,
  },
  "falco-priority": {
    what: "The priority of a rule is none that Falco knows.",
    why: "Falco refuses the whole file.",
    mend: "One of emergency, alert, critical, error, warning, notice, informational and debug.",
    readOn,
  },
  "falco-condition": {
    what: "The form of a condition is wrong: parentheses, quotation marks, an operator or a value.",
    why: "Falco refuses the whole file.",
    mend: "Correct it; the message says before which word. Which fields there are is not looked at.",
    readOn,
  },
  "falco-undefined": {
    what: "A condition uses a macro that none of the files defines, or compares with a list that none does.",
    why: "Falco refuses the whole file.",
    mend: "Correct the name, name its file in gates.falco.files, or in gates.falco.known what files outside of the tree define.",
    readOn,
  },
  "falco-override": {
    what: "Something is appended or overridden that no file before defines, or a key that cannot be; or override and keys do not agree.",
    why: "Falco refuses the file; a rule that somebody believes to be changed stays as it was.",
    mend: "Name under override each key that the item has, with append or replace; put the file after the one that it changes.",
    readOn,
  },
  "falco-exception": {
    what: "An exception of a rule has no name or no fields, stands there twice, or its values do not fit its fields.",
    why: "Falco refuses the file, or an exception does not hold.",
    mend: "A name and fields for each; in values, a list for each case with one value for each field.",
    readOn,
  },
  "falco-duplicate": {
    what: "A rule, macro or list is defined twice, without override.",
    why: "Falco reads the last one, and what stands before it is lost without a word.",
    mend: "Remove one, or say under override what it changes.",
    readOn,
  },
  "falco-append": {
    what: "An item has append: true.",
    why: "Falco calls it outdated, and a later version will not read it.",
    mend: "override: { condition: append }, or the key that is appended to.",
    waive: refusesNothing,
    readOn,
  },
}
