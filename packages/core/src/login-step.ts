/** State of a login and what to do next, and the ways in which a login ends. */
import type { Answer, Effect, Step } from './effect.ts';
import { misuse, type Refusal, refusalOf, untrusted } from './failure.ts';
import type { LoginState } from './login-state.ts';
import type { TransactionReceipt } from './transaction.ts';

export const step = (state: LoginState, ...effects: Effect[]): Step<LoginState> => ({ state, effects });

export const failed = ({ failure }: Refusal, receipt?: TransactionReceipt): Step<LoginState> =>
  step({ status: 'failed', failure, receipt });

export const notSpendable = (receipt?: TransactionReceipt): Step<LoginState> =>
  failed(untrusted(receipt ? 'transaction_consumed' : 'unknown_transaction', 'log_in_again'), receipt);

/** The code is good for one request, so that trying again means logging in again; what is missing stays missing. */
export const endedBy = (answer: Answer): Step<LoginState> =>
  failed(
    answer.type === 'effect_failed'
      ? refusalOf(
          'effect_failed',
          answer.code,
          /^(digest|signature)/.test(answer.code) ? 'fix_configuration' : 'log_in_again',
        )
      : misuse('answer_not_expected', 'report'),
  );
