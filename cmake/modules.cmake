# SPDX-License-Identifier: Apache-2.0
# The house, in the order in which its modules may depend on each other (ARCHITECTURE.md).

bank_module(base)

bank_module(platform/json DEPENDS base)
target_link_libraries(platform_json PRIVATE re2)
bank_module(platform/sql DEPENDS base)
target_link_libraries(platform_sql PRIVATE sqlite3 crypto Threads::Threads)

bank_module(platform/metrics DEPENDS base)
bank_module(platform/http DEPENDS base platform/metrics)
target_link_libraries(platform_http PRIVATE ssl crypto Threads::Threads)

bank_module(platform/decimal DEPENDS base)
target_link_libraries(platform_decimal PRIVATE bidgcc000)
target_link_libraries(platform_decimal_test PRIVATE rapidcheck)
bank_module(platform/xml DEPENDS base)
target_link_libraries(platform_xml PRIVATE pugixml)

bank_module(platform/crypto DEPENDS base)
target_link_libraries(platform_crypto PRIVATE crypto sodium)

bank_module(bank/audit DEPENDS base platform/json platform/sql platform/crypto)
bank_module(bank/customer DEPENDS base platform/json platform/sql platform/crypto)
