// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/customer_id.h>
#include <bank/customer/vault.h>
#include <platform/sql/book.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bank::customer {

/// The tables of this module, in every institution's book.
std::span<const platform::sql::Migration> migrations();

/// Personal fields by name; the values are text or bytes. Any name of lower-case letters, digits
/// and
/// '_' goes; these have a meaning here: they are looked up, or masked in their own way.
namespace field {
inline constexpr std::string_view name = "name";
inline constexpr std::string_view id_number = "id_number";  // Looked up; one customer a book.
inline constexpr std::string_view phone = "phone";          // Looked up; see normal_phone.
inline constexpr std::string_view address = "address";
inline constexpr std::string_view birth_date = "birth_date";  // "1990-01-31"
inline constexpr std::string_view occupation = "occupation";
inline constexpr std::string_view visitor_name =
    "visitor_name";  // As said at a branch; not proven.
inline constexpr std::string_view tax_residence = "tax_residence";
inline constexpr std::string_view face_template = "face_template";  // Bytes.
}  // namespace field

using Fields = std::map<std::string, std::string, std::less<>>;

enum class State { active, suspended, closed, erased };
std::string_view to_string(State state);

/// How well the person is known (银发〔2015〕392): remotely proven, or seen face to face.
enum class Knowledge { claimed, remote, face_to_face };
std::string_view to_string(Knowledge knowledge);

/// What may be said of a customer without opening a field.
struct Person {
    CustomerId id;
    State state;
    Knowledge knowledge;
    base::Instant created;
};

/// Makes a record with a data key of its own and seals `fields`.
///
/// Errors: customer.field_unknown (a name that is none), customer.field_too_long (64 KiB),
/// customer.phone_malformed, customer.id_number_taken (the book has a customer with this number).
base::Result<CustomerId> create(platform::sql::Transaction& transaction, const Vault& vault,
                                const Fields& fields, Knowledge knowledge);

/// Sets fields, replacing what they held; an empty value removes one.
/// Errors: those of create, customer.unknown, customer.erased.
base::Result<void> set_fields(platform::sql::Transaction& transaction, const Vault& vault,
                              CustomerId customer, const Fields& fields);

/// Errors: customer.unknown; customer.erased once it is.
base::Result<void> set_state(platform::sql::Transaction& transaction, CustomerId customer,
                             State state);
base::Result<void> set_knowledge(platform::sql::Transaction& transaction, CustomerId customer,
                                 Knowledge knowledge);

/// In which language the person is written to: "zh", "en". Not personal: it is not sealed.
/// Errors: customer.unknown.
base::Result<void> set_language(platform::sql::Transaction& transaction, CustomerId customer,
                                std::string_view language);
/// The language that the person was last seen with; empty where none is known.
std::string language_of(platform::sql::Snapshot& snapshot, CustomerId customer);

/// Errors: customer.unknown.
base::Result<Person> find(platform::sql::Snapshot& snapshot, CustomerId customer);

/// The customer with this resident identity (or other document) number, or none.
std::optional<CustomerId> find_by_id_number(platform::sql::Snapshot& snapshot, const Vault& vault,
                                            std::string_view number);

/// All with this phone number, oldest first, at most 20. Empty where the number is malformed.
std::vector<CustomerId> find_by_phone(platform::sql::Snapshot& snapshot, const Vault& vault,
                                      std::string_view phone);

/// Records that are not erased, newest first, older than `before` (0: from the newest), for lists;
/// at most `limit`.
std::vector<Person> list(platform::sql::Snapshot& snapshot, CustomerId before, int limit);

/// The fields in clear, for the bank's own work (payee check, forms of the customer self). `names`
/// empty: all. A field that is not held is absent.
/// Errors: customer.unknown, customer.erased, crypto.unreadable (the database was tampered with).
base::Result<Fields> read_fields(platform::sql::Snapshot& snapshot, const Vault& vault,
                                 CustomerId customer, std::span<const std::string_view> names);

/// One field in clear; empty where there is none. Errors: as read_fields.
base::Result<std::string> read_field(platform::sql::Snapshot& snapshot, const Vault& vault,
                                     CustomerId customer, std::string_view name);

/// The same for showing to staff: every field masked, the face template left out.
base::Result<Fields> masked_fields(platform::sql::Snapshot& snapshot, const Vault& vault,
                                   CustomerId customer);

/// The fields in clear for staff who say why; the caller writes the audit record with the reason.
/// Errors: customer.reason_missing (fewer than 4 letters), those of read_fields.
base::Result<Fields> reveal(platform::sql::Snapshot& snapshot, const Vault& vault,
                            CustomerId customer, std::span<const std::string_view> names,
                            std::string_view reason);

/// Destroys the data key and the look-ups: the record and its id stay, nothing personal can be read
/// again (个人信息保护法 art. 47). Backups made before lose it when they expire. Done once more it
/// does nothing. Errors: customer.unknown.
base::Result<void> erase(platform::sql::Transaction& transaction, CustomerId customer);

}  // namespace bank::customer
