/** What built a release, as its record states it. A test holds both against package.json and dagger.json. */
export const libraryVersion = "0.1.0"
export const engineVersion = "v0.21.7"
