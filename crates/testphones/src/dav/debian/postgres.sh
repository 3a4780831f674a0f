# PostgreSQL for what is started after it: on a socket in /home alone, without a password.
export PATH=/usr/lib/postgresql/15/bin:$PATH PGHOST=/home PGUSER=postgres PGDATA=/home/data USER=postgres HOME=/home
initdb -U postgres -A trust -E UTF8 --locale=C >&2
cat >> data/postgresql.conf <<X
listen_addresses = ''
unix_socket_directories = '/home'
fsync = off
X
pg_ctl -w -s start -l /home/postgres.log >&2
