/** What somebody of a directory sees of themselves, as their page asks for it. */
import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, type Asking, askAt } from '../../api/client.ts';

/** What is known before anybody signs in. */
export interface Door {
  readonly directory: string;
  readonly mail: boolean;
  readonly signedIn: boolean;
}

/** A line of a profile. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  readonly editable: boolean;
}

/** A profile. */
export interface Profile {
  readonly userName: string;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly fields: readonly Field[];
}

/** Where somebody is signed in. */
export interface Session {
  readonly id: string;
  readonly device: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly current: boolean;
}

const [, , tenantId = ''] = location.pathname.split('/');
/** Where it is asked for. */
export const base = `/me/${tenantId}/api`;

const doorKey = ['me', '/'];

/** What stands at a path of one's own; whoever is signed out meanwhile is at the door again. */
export function useOwn<Answer>(path: string): UseQueryResult<Answer> {
  const asked = useAsked();
  return useQuery({
    queryKey: ['me', path],
    queryFn: ({ signal }) => asked<Answer>(path, { signal }),
  });
}

/** Sends something; everything shown is asked for again afterwards. */
export function useSend<Input = void, Answer = unknown>(
  request: (input: Input) => { readonly path: string } & Asking,
) {
  const asked = useAsked();
  const cache = useQueryClient();
  return useMutation<Answer, Error, Input>({
    mutationFn: (input) => {
      const { path, ...asking } = request(input);
      return asked<Answer>(path, asking);
    },
    onSuccess: () => cache.invalidateQueries(),
  });
}

function useAsked() {
  const cache = useQueryClient();
  return async <Answer>(path: string, asking: Asking): Promise<Answer> => {
    try {
      return await askAt<Answer>(base, path, asking);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && path !== '/sign-in')
        cache.setQueryData<Door>(doorKey, (door) => door && { ...door, signedIn: false });
      throw error;
    }
  };
}
