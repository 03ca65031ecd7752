/** Library and engine that a release record names as its builder. A test compares both with package.json and dagger.json. */
export const libraryVersion = "0.1.0"
export const engineVersion = "v0.21.7"
