# SPDX-License-Identifier: Apache-2.0
# The house, in the order in which its modules may depend on each other (ARCHITECTURE.md).

bank_module(base)

# Platform: third-party libraries stop here.
bank_module(platform/json DEPENDS base)
target_link_libraries(platform_json PRIVATE re2)
bank_module(platform/log DEPENDS base platform/json)
target_link_libraries(platform_log PRIVATE spdlog fmt)
bank_module(platform/command_line DEPENDS base)
bank_module(platform/config DEPENDS base platform/json)
target_link_libraries(platform_config PRIVATE yaml-cpp)
bank_module(platform/pinyin DEPENDS base)
target_link_libraries(platform_pinyin PRIVATE icui18n icuuc)
bank_module(platform/metrics DEPENDS base)
bank_module(platform/decimal DEPENDS base)
target_link_libraries(platform_decimal PRIVATE bidgcc000)
target_link_libraries(platform_decimal_test PRIVATE rapidcheck)
bank_module(platform/zone DEPENDS base)
target_link_libraries(platform_zone PRIVATE date-tz)
bank_module(platform/regex DEPENDS base)
target_link_libraries(platform_regex PRIVATE pcre2-8)
bank_module(platform/xml DEPENDS base)
target_link_libraries(platform_xml PRIVATE pugixml expat)
bank_module(platform/charset DEPENDS base)
bank_module(platform/spreadsheet DEPENDS base platform/xml)
target_link_libraries(platform_spreadsheet PRIVATE zip)
bank_module(platform/cbor DEPENDS base)
target_link_libraries(platform_cbor PRIVATE cbor)
bank_module(platform/crypto DEPENDS base)
target_link_libraries(platform_crypto PRIVATE crypto sodium)
bank_module(platform/sql DEPENDS base platform/log)
target_link_libraries(platform_sql PRIVATE sqlite3 pq crypto Threads::Threads)
bank_module(platform/http DEPENDS base platform/metrics)
target_link_libraries(platform_http PRIVATE ssl crypto Threads::Threads)
bank_module(platform/nats DEPENDS base)
target_link_libraries(platform_nats PRIVATE nats)
bank_module(platform/signing DEPENDS base platform/crypto platform/http)
bank_module(platform/vision DEPENDS base)
find_path(OPENCV_HEADERS opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
target_include_directories(platform_vision SYSTEM PRIVATE ${OPENCV_HEADERS})
target_link_libraries(platform_vision PRIVATE opencv_imgproc opencv_core turbojpeg png webp ${CMAKE_DL_LIBS})

bank_module(platform/qr DEPENDS base)
target_link_libraries(platform_qr PRIVATE qrencode)
bank_module(platform/pdf DEPENDS base)
pkg_check_modules(PANGO REQUIRED pangocairo cairo-pdf)
target_include_directories(platform_pdf SYSTEM PRIVATE ${PANGO_INCLUDE_DIRS})
target_link_libraries(platform_pdf PRIVATE ${PANGO_LIBRARIES})

# Engine: FEEL, DMN, processes.
bank_module(engine/feel DEPENDS base platform/json platform/decimal platform/zone platform/regex)
target_link_libraries(engine_feel_test PRIVATE rapidcheck)
bank_module(engine/dmn DEPENDS base platform/json platform/xml engine/feel)
bank_module(engine/process DEPENDS base platform/decimal platform/json platform/sql platform/xml platform/config platform/zone engine/feel)

# Bank.
bank_module(bank/outbox DEPENDS base platform/json platform/sql)
bank_module(bank/audit DEPENDS base platform/json platform/sql platform/crypto)
bank_module(bank/customer DEPENDS base platform/json platform/sql platform/crypto)
bank_module(bank/evidence DEPENDS base platform/sql platform/crypto)
bank_module(bank/interest DEPENDS base)
bank_module(bank/proposal DEPENDS base platform/sql)
bank_module(bank/catalog DEPENDS base platform/json platform/sql platform/config platform/crypto platform/charset platform/pinyin platform/xml
            engine/feel engine/dmn engine/process bank/interest)
bank_module(bank/release DEPENDS base platform/json platform/sql bank/proposal bank/catalog)
bank_module(bank/organisation DEPENDS base platform/sql engine/process bank/proposal bank/catalog)
bank_module(bank/identity DEPENDS base platform/json platform/crypto platform/vision)
bank_module(bank/authentication DEPENDS base platform/json platform/sql platform/crypto platform/cbor bank/customer)
bank_module(bank/business_day DEPENDS base platform/sql engine/process)
bank_module(bank/ledger DEPENDS base platform/sql platform/crypto)
bank_module(bank/account DEPENDS base platform/json platform/sql platform/crypto bank/audit bank/customer
            bank/business_day bank/ledger)
bank_module(bank/booking DEPENDS base platform/sql)
bank_module(bank/community DEPENDS base platform/sql)
bank_module(bank/supply DEPENDS base platform/sql bank/ledger)
bank_module(bank/grant DEPENDS base platform/sql bank/ledger)
bank_module(bank/card DEPENDS base platform/sql bank/customer bank/ledger bank/account)
bank_module(bank/end_of_day DEPENDS base platform/json platform/sql bank/outbox bank/audit bank/interest
            bank/business_day bank/ledger bank/account)
bank_module(bank/risk DEPENDS base platform/json platform/sql bank/ledger)
bank_module(bank/payment DEPENDS base platform/json platform/sql platform/crypto bank/audit bank/customer bank/ledger
            bank/account bank/risk)
bank_module(bank/letter DEPENDS base platform/json platform/sql platform/crypto bank/audit bank/customer bank/ledger
            bank/account bank/payment)
bank_module(bank/voucher DEPENDS base platform/json platform/sql bank/audit bank/customer bank/ledger)
bank_module(bank/statement DEPENDS base platform/sql platform/crypto platform/qr platform/pdf bank/audit bank/customer
            bank/ledger bank/account bank/risk bank/payment)
bank_module(bank/iso20022 DEPENDS base platform/xml)
bank_module(bank/clearing DEPENDS base platform/json platform/sql platform/crypto bank/iso20022 bank/audit bank/customer
            bank/ledger bank/account bank/risk bank/payment)
bank_module(bank/standing DEPENDS base platform/json platform/sql engine/process bank/audit bank/customer bank/ledger
            bank/account bank/payment bank/clearing)
bank_module(bank/credit_card DEPENDS base platform/json platform/sql platform/crypto bank/audit bank/customer bank/ledger
            bank/account bank/payment bank/clearing)
bank_module(bank/wallet DEPENDS base platform/json platform/sql platform/crypto bank/audit bank/customer bank/ledger
            bank/account bank/risk bank/payment bank/clearing)
bank_module(bank/batch DEPENDS base platform/json platform/xml platform/charset platform/spreadsheet platform/sql
            platform/crypto bank/audit bank/customer bank/ledger bank/account bank/risk bank/payment)
bank_module(bank/bill DEPENDS base platform/json platform/sql platform/crypto platform/pinyin engine/feel bank/audit
            bank/catalog bank/customer bank/ledger bank/account bank/risk bank/payment bank/voucher)
bank_module(bank/biller DEPENDS base platform/json platform/sql platform/crypto bank/audit bank/customer bank/ledger
            bank/account bank/payment bank/risk bank/clearing bank/wallet bank/bill)
bank_module(bank/payee DEPENDS base platform/json platform/sql platform/crypto platform/pinyin bank/audit
            bank/customer bank/ledger bank/account bank/risk bank/payment bank/clearing)
bank_module(bank/paycode DEPENDS base platform/crypto)
bank_module(bank/spending DEPENDS base platform/json platform/sql platform/crypto bank/catalog bank/customer bank/ledger
            bank/account bank/payment)
bank_module(bank/partner DEPENDS base platform/json platform/sql platform/metrics platform/http platform/crypto
            platform/signing bank/outbox)
bank_module(bank/message DEPENDS base platform/json platform/sql bank/outbox bank/partner bank/customer)
bank_module(bank/counter DEPENDS base platform/json platform/sql platform/config platform/crypto engine/feel engine/dmn
            engine/process bank/audit bank/catalog bank/customer bank/organisation)

# The wire, and what constructs and runs everything.
bank_module(api DEPENDS base platform/json platform/sql platform/http platform/crypto platform/metrics platform/vision
            platform/qr engine/process bank/audit bank/proposal bank/catalog bank/release bank/organisation bank/customer bank/evidence bank/identity
            bank/authentication bank/business_day bank/ledger bank/account bank/booking bank/card bank/community bank/end_of_day bank/risk
            bank/payment bank/statement bank/letter bank/supply bank/voucher bank/iso20022 bank/clearing bank/standing bank/credit_card bank/wallet bank/batch
            bank/biller bank/payee bank/paycode bank/spending bank/bill bank/counter)
bank_module(server DEPENDS base platform/json platform/log platform/sql platform/config platform/command_line
            platform/metrics platform/http platform/crypto platform/nats platform/signing platform/vision platform/qr engine/feel
            engine/dmn engine/process bank/outbox bank/audit bank/proposal bank/catalog bank/organisation bank/customer bank/evidence
            bank/identity bank/authentication bank/interest bank/business_day bank/ledger bank/account
            bank/booking bank/community bank/supply bank/grant bank/card bank/end_of_day bank/risk bank/payment bank/statement bank/letter bank/voucher bank/iso20022 bank/clearing bank/standing
            bank/credit_card bank/wallet bank/batch bank/biller bank/payee bank/paycode bank/spending bank/bill bank/partner bank/message bank/counter api)
add_executable(yungui src/server/program/main.cpp)
target_link_libraries(yungui PRIVATE server)

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.cpp)
add_executable(yungui-bench EXCLUDE_FROM_ALL ${bench_sources})
set_target_properties(yungui-bench PROPERTIES UNITY_BUILD OFF)
target_include_directories(yungui-bench PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(yungui-bench PRIVATE server bank_ledger bank_identity platform_json platform_sql ssl crypto)

# The demonstration partners: a program of its own that includes nothing of the bank but what signs and speaks.
bank_module(sandbox DEPENDS base platform/json platform/config platform/metrics platform/http platform/crypto
            platform/signing bank/iso20022)
add_executable(yungui-sandbox src/sandbox/program/main.cpp)
target_link_libraries(yungui-sandbox PRIVATE sandbox)
add_executable(partners_test tests/partners/partners_test.cpp tests/partners/messages_test.cpp)
target_link_libraries(partners_test PRIVATE bank_partner bank_message sandbox GTest::gtest_main)
add_dependencies(all_tests partners_test)
add_test(NAME partners COMMAND partners_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
# What only PostgreSQL has. Not among CTest's: tests/postgres/run.py gives it a server.
file(GLOB postgres_tests CONFIGURE_DEPENDS tests/postgres/*.cpp)
add_executable(postgres_test ${postgres_tests})
target_include_directories(postgres_test PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(postgres_test PRIVATE bank_ledger platform_sql GTest::gtest_main)
add_dependencies(all_tests postgres_test)
