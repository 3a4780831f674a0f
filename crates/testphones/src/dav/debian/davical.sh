# DAViCal, in the web server that PHP brings. Argument: its port.
set -eu
http=$1
cd /home
. /home/postgres.sh
/usr/share/davical/dba/create-database.sh davical u >&2
psql -q davical >&2 <<X
INSERT INTO usr (user_no, active, email_ok, updated, username, password, fullname, email)
  VALUES (10, TRUE, current_date, current_date, 'u', '**u', 'U', 'u@example.org');
INSERT INTO principal (principal_id, type_id, user_no, displayname, default_privileges)
  VALUES (10, 1, 10, 'U', 0::BIT(24));
X
cat > /etc/davical/config.php <<'X'
<?php
$c->domain_name = 'localhost';
$c->pg_connect[] = 'dbname=davical host=/home user=davical_app';
X
set --
for module in pdo pgsql pdo_pgsql curl calendar xml dom simplexml xmlwriter gettext iconv
do set -- "$@" -d extension=$module
done
export PHP_CLI_SERVER_WORKERS=4
php8.2 -n "$@" -d error_reporting=0 -d display_errors=0 \
  -d include_path=/usr/share/davical/inc:/usr/share/awl/inc:/usr/share/php \
  -S "127.0.0.1:$http" -t /usr/share/davical/htdocs /home/router.php >&2 &
until exec 3<> "/dev/tcp/127.0.0.1/$http"
do sleep 0.1
done 2> /dev/null
echo ready
wait
