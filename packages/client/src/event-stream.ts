export type ServerSentEvent = {
  readonly event: string;
  readonly data: string;
  /** Where to go on behind, in the server's own words. */
  readonly id?: string;
};

/** Reads `text/event-stream`. `onActivity` is called for each piece that arrives, heartbeats too. */
export async function* readEventStream(
  body: AsyncIterable<Uint8Array>,
  onActivity: () => void = () => undefined,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    onActivity();
    rest = (rest + decoder.decode(bytes, { stream: true })).replaceAll('\r\n', '\n');
    for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
      const event = parseBlock(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event) yield event;
    }
  }
}

/** Undefined for a block of comments alone. */
function parseBlock(block: string): ServerSentEvent | undefined {
  let event = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field, value] = /^(event|data|id):[ ]?(.*)$/.exec(line) ?? [];
    if (field === 'event') event = value ?? '';
    if (field === 'data') data.push(value ?? '');
    if (field === 'id') id = value;
  }
  if (data.length === 0) return undefined;
  return { event, data: data.join('\n'), ...(id === undefined ? {} : { id }) };
}
