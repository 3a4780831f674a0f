"""Another program's requests: a list of [method, path, headers, body] on standard input, statuses on standard output."""

import http.client
import json
import sys

host, port = sys.argv[1], int(sys.argv[2])
statuses = []
for method, path, headers, body in json.load(sys.stdin):
    connection = http.client.HTTPConnection(host, port)
    connection.request(method, path, body.encode(), headers)
    answer = connection.getresponse()
    answer.read()
    statuses.append(answer.status)
    connection.close()
json.dump(statuses, sys.stdout)
