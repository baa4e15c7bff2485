import { isErrorCode } from '@holdfast/contracts/errors';

export const known = isErrorCode('cancelled');
