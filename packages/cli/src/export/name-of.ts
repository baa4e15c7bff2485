/** The file name that came with an answer (RFC 6266, as our gateway writes it); never a path. */
export function nameOf({ headers }: Pick<Response, 'headers'>): string | undefined {
  const encoded = /filename\*=UTF-8''([^;\s]+)/i.exec(headers.get('content-disposition') ?? '')?.[1];
  const name = encoded === undefined ? undefined : decode(encoded);
  return name !== undefined && /^[\w-][\w.-]{0,254}$/.test(name) ? name : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a broken escape: it is no name
  }
}
