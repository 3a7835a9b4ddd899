curl -s http://127.0.0.1:3000/v1/verify \
  -H "Authorization: Bearer $TOKENRY_SECRET" -H 'Content-Type: application/json' \
  -d '{ "secret": "'"$SECRET"'", "permissions": ["projects:read"], "address": "203.0.113.9" }'
