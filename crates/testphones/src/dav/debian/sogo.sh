# SOGo. Argument: its port.
set -eu
http=$1
cd /home
. /home/postgres.sh
createuser sogo
createdb -O sogo sogo
psql -q -U sogo sogo >&2 <<X
CREATE TABLE users (c_uid text PRIMARY KEY, c_name text, c_password text, c_cn text, mail text);
INSERT INTO users VALUES ('u', 'u', 'u', 'U', 'u@example.org');
X
memcached -s /home/memcached >&2 &
tables=postgresql://sogo:sogo@%2Fhome:5432/sogo
cat > /etc/sogo/sogo.conf <<X
{
  SOGoProfileURL = "$tables/sogo_user_profile";
  OCSFolderInfoURL = "$tables/sogo_folder_info";
  OCSSessionsFolderURL = "$tables/sogo_sessions_folder";
  OCSEMailAlarmsFolderURL = "$tables/sogo_alarms_folder";
  SOGoMemcachedHost = "/home/memcached";
  SOGoTimeZone = "UTC";
  WOWorkersCount = 4;
  SOGoUserSources = ({
    type = sql;
    id = users;
    viewURL = "$tables/users";
    canAuthenticate = YES;
    isAddressBook = NO;
    userPasswordAlgorithm = plain;
  });
}
X
sogod -WONoDetach YES -WOPort "127.0.0.1:$http" -WOLogFile - -WOPidFile /home/pid >&2 &
until exec 3<> "/dev/tcp/127.0.0.1/$http"
do sleep 0.1
done 2> /dev/null
echo ready
wait
