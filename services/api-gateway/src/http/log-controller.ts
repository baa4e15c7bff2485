import { LogController } from 'fastify';

/** observeRequests logs each request once, with its caller; Fastify adds what only it sees, such as a broken stream. */
export class OneLinePerRequest extends LogController {
  override incomingRequest(): void {
    return;
  }
  override requestCompleted(): void {
    return;
  }
}
