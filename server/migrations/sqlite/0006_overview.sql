-- Uses added up by whose tokens they were of, so that a chart of many tokens reads some thousand rows at most.
-- Written with the counts that they add up, and forgotten with them. Whoever asks about secrets shows one of their own:
-- found valid for that, it is left out, since what it asks about is counted.

create table use_total (
    -- whose token it was at that time: one that is handed over leaves its past with whoever had it.
    -- The id of zeros is everybody together, what was nobody's secret included.
    owner_id blob    not null,
    -- when the hour began
    hour     integer not null,
    verdict  text    not null,
    count    integer not null,
    primary key (owner_id, hour, verdict)
) strict, without rowid;

create index use_total_of_hour on use_total (hour);

insert into use_total (owner_id, hour, verdict, count)
select zeroblob(16), hour, verdict, sum(count) from use_count
 where not (verdict = 'valid' and permission = 'tokenry.tokens:verify')
 group by hour, verdict;

-- Who had a token before it was handed over is not kept: all that was counted until now goes to those who have it now.
insert into use_total (owner_id, hour, verdict, count)
select t.owner_id, u.hour, u.verdict, sum(u.count)
  from use_count u
  join secret s on s.id = u.secret_id
  join token t on t.id = s.token_id
 where t.owner_id is not null and not (u.verdict = 'valid' and u.permission = 'tokenry.tokens:verify')
 group by t.owner_id, u.hour, u.verdict;
