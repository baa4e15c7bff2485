import { failureOf, HoldfastError, type ForeignBackup } from '@holdfast/contracts';
import { receiveUpload } from '@holdfast/engine';
import { makeEvent, newRunId } from '@holdfast/runs';
import { SOURCE, type GatewayDependencies } from '../dependencies.ts';
import { whileWanted } from '../exports/while-wanted.ts';
import type { CallContext } from '../http/handler.ts';
import type { Part } from '../http/read-parts.ts';

const MAX_DESCRIPTION = 1_000;

type FilePart = Extract<Part, { readonly bytes: object }>;

/**
 * Stores the file of a form in the repository as it comes, and tells of it. The description may stand before the file or
 * behind it. Throws what receiveUpload throws, and invalid_request for another form.
 */
export async function takeUpload(
  deps: GatewayDependencies,
  context: Pick<CallContext, 'caller' | 'parts' | 'gone'>,
): Promise<ForeignBackup> {
  const parts = context.parts();
  let description = '';
  const nextFile = async (): Promise<FilePart | undefined> => {
    for (let step = await parts.next(); !step.done; step = await parts.next()) {
      if (step.value.bytes) return step.value;
      if (step.value.name === 'description') description = step.value.value;
    }
    return undefined;
  };
  try {
    const file = await nextFile();
    const name = file?.filename?.trim() ?? '';
    if (!file || file.name !== 'file' || name === '') throw noFile();
    const stored = await receiveUpload(deps.repository, {
      filename: name,
      source: file.bytes,
      maxBytes: deps.settings.BACKUP_UPLOAD_MAX_SIZE,
      by: context.caller.name,
      at: deps.now(),
      signal: whileWanted(context.gone),
      description: async () => {
        if (await nextFile())
          throw new HoldfastError(
            'invalid_request',
            'One file at a time; send the others in forms of their own.',
          );
        if (description.length <= MAX_DESCRIPTION) return description;
        throw new HoldfastError(
          'invalid_request',
          `The description has more than ${MAX_DESCRIPTION} characters; shorten it.`,
        );
      },
    });
    await tell(deps, context, stored);
    return stored;
  } finally {
    await parts.return(undefined);
  }
}

const noFile = (): HoldfastError =>
  new HoldfastError(
    'invalid_request',
    'There is no file in the form; send it as a part "file" with its file name.',
  );

/** The file is in the repository whatever comes of this: storage is the truth. */
async function tell(
  deps: GatewayDependencies,
  { caller }: Pick<CallContext, 'caller'>,
  { filename, sizeBytes, description }: ForeignBackup,
): Promise<void> {
  const data = { filename, sizeBytes, description, by: caller.name };
  try {
    await deps.bus.publish(
      makeEvent('backup.upload_received', { run: newRunId(deps.now()), source: SOURCE, data }),
    );
  } catch (error) {
    deps.log.warn({ filename, failure: failureOf(error) }, 'an upload is stored, but could not be told of');
  }
}
