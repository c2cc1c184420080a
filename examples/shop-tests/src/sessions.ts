export interface Session {
  readonly id: string;
  readonly user: string;
  readonly basket: string[];
}

/** Open sessions, by id. */
const sessions = new Map<string, Session>();
let opened = 0;

export function openSession(user: string): Session {
  const session = { id: `session-${++opened}`, user, basket: [] };
  sessions.set(session.id, session);
  return session;
}

export function closeSession({ id }: Session): void {
  sessions.delete(id);
}

export function countSessions(): number {
  return sessions.size;
}

export function clearSessions(): void {
  sessions.clear();
}
