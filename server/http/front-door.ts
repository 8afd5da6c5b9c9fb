/** The first to see a request: what has no Host that can be read never reaches the router (GU2). */
import type { RequestListener } from 'node:http';
import { AppError } from '../../shared/failure.ts';
import { isReadableHost } from './addressing.ts';
import { refuseRequest } from './refusal.ts';

export function createFrontDoor(answer: RequestListener): RequestListener {
  return (request, response) => {
    if (isReadableHost(request.headers.host)) return answer(request, response);
    refuseRequest(
      response,
      new AppError('MISDIRECTED_REQUEST', 'The request names no host that can be read.'),
    );
  };
}
