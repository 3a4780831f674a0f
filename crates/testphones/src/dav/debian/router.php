<?php
// What a web server's rules do for DAViCal: the root and the well-known places lead to it, and it alone answers.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path === '/' || preg_match('#^/\.well-known/(card|cal)dav/?$#', $path)) {
    header('Location: /caldav.php/', true, 301);
    return true;
}
if (!str_starts_with($path, '/caldav.php/')) {
    http_response_code(404);
    return true;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/caldav.php';
$_SERVER['PATH_INFO'] = rawurldecode(substr($path, strlen('/caldav.php')));
chdir('/usr/share/davical/htdocs');
require '/usr/share/davical/htdocs/caldav.php';
return true;
