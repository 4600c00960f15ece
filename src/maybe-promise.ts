/** A value, or the promise of one. */
export type MaybePromise<T> = T | Promise<T>

/**
 * Goes on with a value: at once where it is there at once. For each chunk of a stream an `await` would cost more
 * than most of what is done for it.
 */
export function andThen<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  const { then } = (value ?? {}) as Partial<Promise<T>>
  return typeof then === 'function' ? (value as Promise<T>).then(next) : next(value as T)
}
