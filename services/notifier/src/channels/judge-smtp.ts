export type RecipientAnswer = { readonly recipient: string; readonly responseCode: number | undefined };

export type SmtpJudgement = {
  /** Of those not accepted: 4xx may take it later (greylisting), 5xx never will. */
  readonly later: readonly string[];
  readonly never: readonly string[];
};

export function judgeRecipients(rejected: readonly RecipientAnswer[]): SmtpJudgement {
  const isNever = ({ responseCode }: RecipientAnswer): boolean =>
    responseCode !== undefined && responseCode >= 500;
  return {
    later: rejected.filter((each) => !isNever(each)).map(({ recipient }) => recipient),
    never: rejected.filter(isNever).map(({ recipient }) => recipient),
  };
}

/** Whether an error of the session as a whole will never pass: wrong credentials, a refused message. */
export const isPermanent = (responseCode: number | undefined): boolean =>
  responseCode !== undefined && responseCode >= 500;
