// The smallest model there is, `y = Relu(x)` of one number, to find out whether a device runs at all. Written by
// `graph/`, kept as bytes because the platform is the floor below it.

const model =
  'CAkSB3RvbmdnYW46QQoUCgF4EgF5GgZSZWx1XzAiBFJlbHUSB3RvbmdnYW5aDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAU'

export function tinyModel(): Uint8Array {
  return Uint8Array.from(atob(model), (character) => character.charCodeAt(0))
}
