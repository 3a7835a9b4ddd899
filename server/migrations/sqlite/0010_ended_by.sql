-- Who ended something, so that what an admin has ended is not begun again by whoever had it.

-- Who disabled it, and who deleted it. Nobody is the operator, or whoever ended a secret by presenting it.
alter table token add column disabled_by blob references person (id);
alter table token add column deleted_by blob references person (id);
-- Was it somebody who manages everybody's tokens, and the token not their own?
alter table token add column disabled_by_admin integer not null default 0;
alter table token add column deleted_by_admin integer not null default 0;
-- Who ended a secret before its time, apart from its token.
alter table secret add column revoked_by blob references person (id);

-- Of what was ended before, the audit log knows who did it, unless the token was given to somebody else since.
update token set
    disabled_by = (select e.actor_id from event e where e.token_id = token.id and e.kind = 'token.disabled'
                    order by e.id desc limit 1)
 where disabled_at is not null;
update token set
    deleted_by = (select e.actor_id from event e where e.token_id = token.id and e.kind = 'token.deleted'
                   order by e.id desc limit 1)
 where deleted_at is not null;
update token set disabled_by_admin = 1
 where disabled_by <> owner_id
   and not exists (select 1 from event e where e.token_id = token.id and e.kind = 'token.handed_over');
update token set deleted_by_admin = 1
 where deleted_by <> owner_id
   and not exists (select 1 from event e where e.token_id = token.id and e.kind = 'token.handed_over');

-- The mark of the browser that a session is in, to be forgotten when the session is ended from elsewhere.
alter table session add column browser blob;
