import { endOfLifeRule } from "../../domain/index.ts"
import type { Rules } from "../rule.ts"

export const rules: Rules = {
  [endOfLifeRule]: {
    what: "The system in an image is a release of its distribution that gets no security updates any more.",
    why: "No advisory is written for it: that none is found says nothing about its packages.",
    mend: "Build the image on a release that is still supported.",
  },
  "development-package": {
    what: "A package that the lock file has for development lies in the image that is published.",
    why: "Its code can be run there, and the scan of the lock file looks at what runs in production alone, so that nobody has looked at it.",
    mend: "Leave it out of the image (entry and files of the component say what gets in), or make it a dependency for production, where it is needed.",
  },
}
