// Loaded before an example of the documentation runs: requests to other hosts are answered here, not sent.
const { fetch } = globalThis

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init)
  return new URL(request.url).hostname === '127.0.0.1' ? fetch(request) : new Response('{}', { status: 200 })
}
