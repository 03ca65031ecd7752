import { type Rules, refusesNothing } from "../rule.ts"

export const rules: Rules = {
  "image-hardening": {
    what: "An image runs as another user than a numeric one from 1000 on, or as another one than its component sets; or it does not expose the component's port, or is for another platform.",
    why: "A process that runs as root keeps the rights of root on its node where something else fails. By number, because Kubernetes cannot verify from a name that it is not root.",
    mend: "Of images that Signalbox builds, correct user, port or platform of the component. Of a Dockerfile: USER 1001, EXPOSE PORT, and a base image of the platform. What the configuration does not state is reported and refuses nothing.",
    readOn: "README.md",
  },
  "image-too-large": {
    what: "The compressed layers of an image are larger than its component's maxImageMb.",
    why: "Every node pulls it before a pod starts, in a rollback too; what is in it and not needed is scanned, patched and attacked all the same.",
    mend: "See what is in it (dagger call build sizes), and leave out what it does not need: development packages, caches, sources. Or raise maxImageMb of the component, which is policy and counts once it is merged. A waiver says the size that it accepts: accepts: MB.",
  },
  "image-unpinned": {
    what: "A Dockerfile names an image by its tag, and not by its digest.",
    why: "A tag is another image tomorrow: the same commit would be built from something that nobody has judged.",
    mend: "Name it as NAME:TAG@sha256:…; the digest is what the registry answers for the tag.",
    waive: refusesNothing,
  },
}
