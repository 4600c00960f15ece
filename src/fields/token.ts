/**
 * A token, which header names and methods are: letters, digits and these signs.
 *
 * @see RFC 9110, 5.6.2
 */
export const TOKEN: RegExp = /^[!#$%&'*+.^_`|~\w-]+$/
