-- The prototype's tables for loans and reservations. Tools and members are still in the spreadsheet.

create table loans (
  id uuid primary key,
  tool_id uuid not null,
  member_id uuid not null,
  lent_on date not null,
  due_on date not null,
  extended boolean not null default false,
  returned_on date,
  condition text check (condition in ('good', 'worn', 'damaged'))
);

-- A tool has at most one open loan, whoever clicks first.
create unique index one_open_loan on loans (tool_id) where returned_on is null;

create table reservations (
  id uuid primary key,
  tool_id uuid not null,
  member_id uuid not null,
  reserved_at timestamp not null,
  shelved_on date
);
